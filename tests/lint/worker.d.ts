/* The global scope of a service worker, which lib.webworker does not declare. */

declare const registration: ServiceWorkerRegistration;
declare const clients: Clients;
declare function skipWaiting(): Promise<void>;
declare function addEventListener<K extends keyof ServiceWorkerGlobalScopeEventMap>(
	type: K, listener: (event: ServiceWorkerGlobalScopeEventMap[K]) => void): void;
