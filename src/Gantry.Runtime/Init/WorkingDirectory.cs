using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>process.cwd: made when it is missing, entered as the user, and proven to lie inside.</summary>
internal static class WorkingDirectory
{
    public static void Make(SafeFileDescriptor root, OciProcess? process)
    {
        if (process is null || process.Cwd is "/" or "") return;
        try
        {
            using SafeFileDescriptor made = RootedPath.OpenOrCreateDirectory(root, process.Cwd);
        }
        catch (KernelException e)
        {
            throw LaunchException.DuringInit($"mkdir {process.Cwd}: {Errno.Message(e.Errno)}", e.Errno, FailureStep.WorkingDirectory);
        }
    }

    public static void Enter(OciProcess process)
    {
        string cwd = process.Cwd.Length == 0 ? "/" : process.Cwd;
        try
        {
            ThisProcess.ChangeDirectory(cwd);
        }
        catch (KernelException e)
        {
            throw LaunchException.DuringInit($"chdir to cwd (\"{cwd}\") set in config.json failed: {Errno.Message(e.Errno)}",
                e.Errno, FailureStep.WorkingDirectory);
        }
        if (!ThisProcess.WorkingDirectoryIsInsideRoot())
            throw LaunchException.DuringInit("current working directory is outside of container mount namespace root",
                step: FailureStep.WorkingDirectory);
    }
}
