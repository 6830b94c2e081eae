/*
 * fault: points at which tests kill or stop a job.
 */
#ifndef JOB_FAULT_H
#define JOB_FAULT_H

/*
 * With IM_FAULT=name in the environment the process kills itself (SIGKILL;
 * with IM_FAULT_STOP set it stops, SIGSTOP) when it comes by for the
 * IM_FAULT_AFTER'th time.
 */
void job_fault_point(const char *name);

#endif
