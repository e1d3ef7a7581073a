"""Warm kernels: kernels that start in well under a second, because a process that has imported TensorFlow forks them.

Nearly all of the time that an ordinary kernel needs to start goes into imports. Here a *server* does them once and
then waits; it executes nothing, and whenever somebody starts the kernel `course-warm` it forks, and its child becomes
that kernel. papermill, nbclient, nbval and JupyterLab find it by that name.

`provisioner` is Jupyter's way in; it starts an ordinary kernel wherever `obstacles` finds a reason to. `client` finds
the server that fits (`place`) or starts one, and asks it for a kernel (`process`). `server` is that process: `preload`
is what it imports, `child` what a fork does to become a kernel.

Random states differ between kernels of one server, as always. What they share is the seed of Python's hashes, and so
the order of a set of strings, which otherwise differs from process to process.

Two environment variables of whoever starts a kernel: `COURSE_WARM=0` asks for ordinary kernels, and
`COURSE_WARM_OWNER=PID` names the process whose end is the server's end, for a shell that starts papermill in a loop.
Without the latter it is the process that starts the kernel.
"""
