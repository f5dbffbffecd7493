using System.Text.Json;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>The reading side of <see cref="InitWriter"/>.</summary>
internal static class InitReader
{
    internal static InitRequest Request(byte[] json)
    {
        JsonElement e = JsonFields.ParseObject(json);
        return new InitRequest
        {
            Id = e.RequiredText("id"),
            Bundle = e.RequiredText("bundle"),
            Exec = e.Flag("exec") ?? false,
            RootDescriptor = e.Int("rootDescriptor") ?? -1,
            RootTarget = e.RequiredText("rootTarget"),
            Joined = e.Flag("joined") ?? false,
            NamespaceDescriptor = e.Int("namespaceDescriptor") ?? -1,
            JoinedKinds = (NamespaceKinds)(e.UInt("joinedKinds") ?? 0),
            LateKinds = (NamespaceKinds)(e.UInt("lateKinds") ?? 0),
            InSibling = e.Flag("inSibling") ?? false,
            CgroupFirst = e.Int("cgroupFirst") ?? 0,
            CgroupCount = e.Int("cgroupCount") ?? 0,
            CgroupDescriptor = e.Int("cgroupDescriptor") ?? -1,
            ProgramDescriptor = e.Int("programDescriptor") ?? -1,
            FifoDescriptor = e.Int("fifoDescriptor") ?? -1,
            SeccompDescriptor = e.Int("seccompDescriptor") ?? -1,
            SeccompFlags = e.UInt("seccompFlags") ?? 0,
            PreserveFds = e.Int("preserveFds") ?? 0,
            ListenFds = e.Int("listenFds") ?? 0,
            NoPivot = e.Flag("noPivot") ?? false,
            NoNewKeyring = e.Flag("noNewKeyring") ?? false,
            NewMount = e.Flag("newMount") ?? false,
            InUser = e.Flag("inUser") ?? false,
            ListenerDescriptor = e.Int("listenerDescriptor") ?? -1,
            ListenerMessage = e.Text("listenerMessage") ?? "",
            Personality = e.Int("personality") ?? -1,
            MountSources = e.Objects("mountSources", static m => new MountSource(m.Int("index") ?? -1, m.Int("descriptor") ?? -1)) ?? [],
            NewNetwork = e.Flag("newNetwork") ?? false,
            Cgroups = e.Objects("cgroups", static c => new CgroupDirectory(c.RequiredText("mountName"), c.Texts("names") ?? [], c.RequiredText("path"))) ?? [],
            UnifiedCgroup = e.Text("unifiedCgroup") ?? "",
            WaitForHooks = e.Flag("waitForHooks") ?? false,
        };
    }

    internal static InitMessage Message(byte[] json)
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
