using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Settings;
using Gantry.Oci.Runtime;
using Gantry.Workloads;

namespace Gantry.Engine.Execs;

/// <summary>The process that an exec asks for, with what it has of its container.</summary>
internal static class ExecCommand
{
    /// <exception cref="ExecFailure">The working directory is a relative one.</exception>
    public static WorkloadProcess Of(Exec exec, (ushort Rows, ushort Columns) size, IReadOnlyList<OciRlimit> defaultRlimits)
    {
        Api.Execs.ExecConfig asked = exec.Config;
        Api.Containers.HostConfig host = exec.Container.HostConfig;
        WorkloadProcess process = ProcessSettings.Read(exec.Container.Record.Config, host, asked.Tty, host.Privileged || asked.Privileged,
            defaultRlimits);
        List<string> environment = [.. process.Environment];
        ProcessEnvironment.Merge(environment, asked.Env);
        return process with
        {
            Arguments = asked.Cmd,
            Environment = environment,
            Directory = asked.WorkingDir.Length > 0 ? Directory(asked.WorkingDir) : process.Directory,
            User = asked.User.Length > 0 ? asked.User : process.User,
            Size = size,
            AppArmor = asked.Privileged ? null : process.AppArmor,
        };
    }

    private static string Directory(string wanted) =>
        wanted[0] == '/' ? InsidePath.Clean(wanted) : throw ExecFailure.RelativeDirectory();
}
