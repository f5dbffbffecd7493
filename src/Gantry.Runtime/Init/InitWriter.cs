using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Writing;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>The messages between runtime and init as JSON, by hand: a serializer's metadata would be most of an init's work.</summary>
internal static class InitWriter
{
    public static byte[] Write(InitRequest request) => JsonBytes.OfObject(writer =>
    {
        writer.WriteString("id", request.Id);
        writer.WriteString("bundle", request.Bundle);
        writer.WriteString("rootTarget", request.RootTarget);
        writer.WriteBoolean("exec", request.Exec);
        writer.WriteBoolean("joined", request.Joined);
        writer.WriteNumber("rootDescriptor", request.RootDescriptor);
        writer.WriteNumber("namespaceDescriptor", request.NamespaceDescriptor);
        writer.WriteNumber("joinedKinds", (uint)request.JoinedKinds);
        if (request.InSibling) WriteSibling(writer, request);
        WriteCgroupEntry(writer, request);
        writer.WriteNumber("fifoDescriptor", request.FifoDescriptor);
        writer.WriteNumber("seccompDescriptor", request.SeccompDescriptor);
        writer.WriteNumber("seccompFlags", request.SeccompFlags);
        writer.WriteNumber("preserveFds", request.PreserveFds);
        if (request.ListenFds > 0) writer.WriteNumber("listenFds", request.ListenFds);
        writer.WriteBoolean("noPivot", request.NoPivot);
        writer.WriteBoolean("noNewKeyring", request.NoNewKeyring);
        writer.WriteBoolean("newMount", request.NewMount);
        writer.WriteBoolean("inUser", request.InUser);
        writer.WriteBoolean("newNetwork", request.NewNetwork);
        writer.WriteBoolean("waitForHooks", request.WaitForHooks);
        writer.WriteStartArray("cgroups");
        foreach (CgroupDirectory directory in request.Cgroups) Write(writer, directory);
        writer.WriteEndArray();
        WriteUncommon(writer, request);
    });

    private static void WriteSibling(Utf8JsonWriter writer, InitRequest request)
    {
        writer.WriteBoolean("inSibling", true);
        writer.WriteNumber("lateKinds", (uint)request.LateKinds);
    }

    private static void WriteCgroupEntry(Utf8JsonWriter writer, InitRequest request)
    {
        if (request.CgroupDescriptor >= 0) writer.WriteNumber("cgroupDescriptor", request.CgroupDescriptor);
        if (request.CgroupTasks.Count == 0) return;
        writer.WriteStartArray("cgroupTasks");
        foreach (int task in request.CgroupTasks) writer.WriteNumberValue(task);
        writer.WriteEndArray();
    }

    private static void WriteUncommon(Utf8JsonWriter writer, InitRequest request)
    {
        if (request.UnifiedCgroup.Length > 0) writer.WriteString("unifiedCgroup", request.UnifiedCgroup);
        if (request.Personality >= 0) writer.WriteNumber("personality", request.Personality);
        if (request.ListenerDescriptor >= 0)
        {
            writer.WriteNumber("listenerDescriptor", request.ListenerDescriptor);
            writer.WriteString("listenerMessage", request.ListenerMessage);
        }
        if (request.MountSources.Count == 0) return;
        writer.WriteStartArray("mountSources");
        foreach (MountSource source in request.MountSources)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", source.Index);
            writer.WriteNumber("descriptor", source.Descriptor);
            if (source.Path.Length > 0) writer.WriteString("path", source.Path);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static byte[] Write(InitMessage message) => JsonBytes.OfObject(writer =>
    {
        writer.WriteNumber("kind", (int)message.Kind);
        if (message.Step is not null) writer.WriteString("step", message.Step);
        if (message.Errno != 0) writer.WriteNumber("errno", message.Errno);
        if (message.Pid != 0) writer.WriteNumber("pid", message.Pid);
        if (message.Text is not null) writer.WriteString("text", message.Text);
        if (message.Phases is null) return;
        writer.WriteStartArray("phases");
        foreach (PhaseTime phase in message.Phases)
        {
            writer.WriteStartObject();
            writer.WriteString("name", phase.Name);
            writer.WriteNumber("microseconds", phase.Microseconds);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    /// <summary>A spec that holds nothing but a process: all that an exec's init looks at.</summary>
    public static byte[] Write(OciProcess process) => JsonBytes.OfObject(writer =>
    {
        writer.WritePropertyName("process");
        ProcessWriter.Write(writer, process);
    });

    private static void Write(Utf8JsonWriter writer, CgroupDirectory directory)
    {
        writer.WriteStartObject();
        writer.WriteString("mountName", directory.MountName);
        writer.WriteString("path", directory.Path);
        writer.WriteStartArray("names");
        foreach (string name in directory.Names) writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
