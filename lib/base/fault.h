/*
 * fault: points at which tests kill or stop a program.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

/*
 * With IM_FAULT=name in the environment the process kills itself (SIGKILL;
 * or with IM_FAULT_STOP stops, SIGSTOP) when it reaches the point for the
 * IM_FAULT_AFTER-th time.
 */
void fault_point(const char *name);

#endif
