"""Warm kernels, which start in well under a second because a process that has imported TensorFlow forks them.

An ordinary kernel spends nearly all of its starting time on imports. Here a *server* does them once and then waits
without executing anything. Whenever the kernel `course-warm` is started, the server forks, and the child becomes that
kernel. papermill, nbclient, nbval and JupyterLab find it by that name.

Jupyter calls `provisioner`, which starts an ordinary kernel if `obstacles` finds a reason to. `client` finds the
matching server (`place`) or starts one, and asks it for a kernel (`process`). `server` is that process: `preload` does
its imports, and `child` turns a fork into a kernel.

Random states differ between kernels of one server, as always. But these kernels share the seed of Python's hashes, and
thus the order of a set of strings, which otherwise differs between processes.

Two environment variables of the process that starts a kernel matter: `COURSE_WARM=0` asks for ordinary kernels, and
`COURSE_WARM_OWNER=PID` names the process with which the server ends, for a shell that starts papermill in a loop. By
default it is the process that starts the kernel.
"""
