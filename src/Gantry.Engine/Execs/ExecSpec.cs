using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Bundle;
using Gantry.Engine.Security;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Execs;

/// <summary>The process that an exec asks for, with what it has of its container.</summary>
internal static class ExecSpec
{
    /// <exception cref="ExecFailure">The working directory is a relative one.</exception>
    public static OciProcess Build(Exec exec, (ushort Rows, ushort Columns) size, IReadOnlyList<OciRlimit> defaultRlimits)
    {
        Api.Containers.ContainerConfig config = exec.Container.Record.Config;
        HostConfig host = exec.Container.HostConfig;
        List<string> environment = BundleProcess.Environment(config, exec.Config.Tty);
        BundleProcess.Merge(environment, exec.Config.Env);
        SecurityOptions security = SecurityOptions.Parse(host.SecurityOpt);
        IReadOnlyList<string> capabilities = CapabilitySet.Resolve(host.Privileged || exec.Config.Privileged, host.CapAdd, host.CapDrop);
        return new OciProcess
        {
            Terminal = exec.Config.Tty,
            ConsoleSize = exec.Config.Tty && size is { Rows: > 0, Columns: > 0 }
                ? new OciConsoleSize { Height = size.Rows, Width = size.Columns } : null,
            User = BundleProcess.User(exec.Config.User.Length > 0 ? exec.Config.User : config.User, host),
            Args = exec.Config.Cmd,
            Env = environment,
            Cwd = Directory(exec.Config.WorkingDir.Length > 0 ? exec.Config.WorkingDir : config.WorkingDir),
            Capabilities = BundleProcess.Sets(capabilities),
            Rlimits = BundleProcess.Rlimits(host, defaultRlimits),
            NoNewPrivileges = security.NoNewPrivileges,
            ApparmorProfile = exec.Config.Privileged ? null : security.AppArmor,
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    private static string Directory(string? wanted)
    {
        if (string.IsNullOrEmpty(wanted)) return "/";
        return wanted[0] == '/' ? BindSpec.CleanPath(wanted) : throw ExecFailure.RelativeDirectory();
    }
}
