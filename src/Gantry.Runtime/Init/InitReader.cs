using System.Text.Json;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>The reading side of <see cref="InitWriter"/>.</summary>
internal static class InitReader
{
    /// <param name="received">The numbers of the descriptors that came with it, in their order.</param>
    public static InitRequest Request(byte[] json, int[] received)
    {
        JsonElement e = JsonFields.ParseObject(json);
        return new InitRequest
        {
            Id = e.RequiredText("id"),
            Bundle = e.RequiredText("bundle"),
            Exec = e.Flag("exec") ?? false,
            RootDescriptor = Number(e.Int("rootDescriptor")),
            RootTarget = e.RequiredText("rootTarget"),
            Joined = e.Flag("joined") ?? false,
            NamespaceDescriptor = Number(e.Int("namespaceDescriptor")),
            JoinedKinds = (NamespaceKinds)(e.UInt("joinedKinds") ?? 0),
            LateKinds = (NamespaceKinds)(e.UInt("lateKinds") ?? 0),
            InSibling = e.Flag("inSibling") ?? false,
            CgroupTasks = e.List("cgroupTasks", task => Number(task.GetInt32())) ?? [],
            CgroupDescriptor = Number(e.Int("cgroupDescriptor")),
            FifoDescriptor = Number(e.Int("fifoDescriptor")),
            SeccompDescriptor = Number(e.Int("seccompDescriptor")),
            SeccompFlags = e.UInt("seccompFlags") ?? 0,
            PreserveFds = e.Int("preserveFds") ?? 0,
            ListenFds = e.Int("listenFds") ?? 0,
            NoPivot = e.Flag("noPivot") ?? false,
            NoNewKeyring = e.Flag("noNewKeyring") ?? false,
            NewMount = e.Flag("newMount") ?? false,
            InUser = e.Flag("inUser") ?? false,
            ListenerDescriptor = Number(e.Int("listenerDescriptor")),
            ListenerMessage = e.Text("listenerMessage") ?? "",
            Personality = e.Int("personality") ?? -1,
            MountSources = e.Objects("mountSources",
                m => new MountSource(m.Int("index") ?? -1, Number(m.Int("descriptor")), m.Text("path") ?? "")) ?? [],
            NewNetwork = e.Flag("newNetwork") ?? false,
            Cgroups = e.Objects("cgroups",
                static c => new CgroupDirectory(c.RequiredText("mountName"), c.Texts("names") ?? [], c.RequiredText("path"))) ?? [],
            UnifiedCgroup = e.Text("unifiedCgroup") ?? "",
            WaitForHooks = e.Flag("waitForHooks") ?? false,
        };

        int Number(int? index) => index is { } sent and >= 0 ? received[sent] : -1;
    }

    public static InitMessage Message(byte[] json)
    {
        JsonElement e = JsonFields.ParseObject(json);
        return new InitMessage
        {
            Kind = (InitMessageKind)(e.Int("kind") ?? -1),
            Step = e.Text("step"),
            Errno = e.Int("errno") ?? 0,
            Pid = e.Int("pid") ?? 0,
            Text = e.Text("text"),
            Phases = e.Objects("phases", static p => new PhaseTime(p.RequiredText("name"), p.Signed("microseconds") ?? 0)),
        };
    }
}
