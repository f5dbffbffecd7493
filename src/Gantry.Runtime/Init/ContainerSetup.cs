using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>Makes the container around the first process: root, mounts, devices, names. Everything happens before the root is changed, with
/// the host's tree still in reach.</summary>
internal static class ContainerSetup
{
    public static void Run(InitRequest request, OciSpec spec, InitChannel channel, PhaseClock clock)
    {
        if (!request.NoNewKeyring) ThisProcess.JoinNewSessionKeyring(request.Id);
        if (request.NewNetwork) LoopbackInterface.BringUp();
        SetNames(spec);
        SecurityLabels.CheckMountLabel(spec.Linux?.MountLabel);
        ThisProcess.SetUmask(0);
        using SafeFileDescriptor root = RootFilesystem.Attach(request, spec);
        clock.Mark("root filesystem");
        SpecMounts mounts = new(root, request, spec);
        mounts.MountAll();
        clock.Mark("mounts");
        DeviceNodes.MakeAll(root, request, spec);
        ConsoleSetup? console = spec.Process?.Terminal == true ? ConsoleSetup.Open(root, spec.Process) : null;
        WriteSysctls(spec);
        ProtectedPaths.Apply(root, spec);
        WorkingDirectory.Make(root, spec.Process);
        clock.Mark("devices and protected paths");
        RunHooks(root, request, spec, channel);
        mounts.MakeReadOnly();
        RootFilesystem.Enter(root, request, spec);
        console?.Take(channel);
        clock.Mark("enter root");
    }

    private static void SetNames(OciSpec spec)
    {
        if (!string.IsNullOrEmpty(spec.Hostname)) ThisProcess.SetHostName(spec.Hostname);
        if (!string.IsNullOrEmpty(spec.Domainname)) ThisProcess.SetDomainName(spec.Domainname);
    }

    private static void WriteSysctls(OciSpec spec)
    {
        foreach ((string name, string value) in spec.Linux?.Sysctl ?? new Dictionary<string, string>())
            ProcFile.Write($"sys/{Sysctl.Path(name)}", value);
    }

    private static void RunHooks(SafeFileDescriptor root, InitRequest request, OciSpec spec, InitChannel channel)
    {
        if (request.WaitForHooks)
        {
            channel.Send(new InitMessage { Kind = InitMessageKind.RunHooks });
            if (channel.Receive().Message is null) throw new LaunchException(FailureStep.Other, 0, "the runtime went away while hooks ran");
        }
        if (spec.Hooks?.CreateContainer is not { Count: > 0 } hooks) return;
        // They work on the root filesystem, which has no other name in here that they could know.
        OciState state = HookRunner.State(request.Id, "creating", ThisProcess.Id, request.Bundle, spec);
        HookRunner.RunAll(hooks, "createContainer", state, LinuxFile.ReadLink(root.ProcPath));
    }
}
