using System.Text;
using System.Text.Json;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Cgroups.Systemd;
using Gantry.Runtime.Mounts;
using Gantry.Runtime.Seccomp;

namespace Gantry.Runtime.CommandLine;

/// <summary>features.md of the runtime specification, version 1.2: what this program can do, on whatever kernel.</summary>
internal static class FeaturesCommand
{
    public static Command Command =>
        new("features", "", "say in JSON what this runtime knows",
            static (_, _) => RuntimeCommand.Show(Encoding.UTF8.GetString(JsonBytes.OfObject(Write)) + "\n"));

    private static void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("ociVersionMin", "1.0.0");
        writer.WriteString("ociVersionMax", "1.2.0");
        Texts(writer, "hooks", ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
        Texts(writer, "mountOptions", MountOptions.Known);
        writer.WriteStartObject("linux");
        Texts(writer, "namespaces", ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
        Texts(writer, "capabilities", Capabilities.Names);
        Flags(writer, "cgroup", ("v1", true), ("v2", true), ("systemd", true), ("systemdUser", true), ("rdma", true));
        WriteSeccomp(writer);
        Flags(writer, "apparmor", ("enabled", true));
        Flags(writer, "selinux", ("enabled", true));
        Flags(writer, "intelRdt", ("enabled", false));
        writer.WriteStartObject("mountExtensions");
        Flags(writer, "idmap", ("enabled", true));
        writer.WriteEndObject();
        writer.WriteEndObject();
        Texts(writer, "potentiallyUnsafeConfigAnnotations", [PropertyAnnotations.Prefix]);
    }

    private static void WriteSeccomp(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("seccomp");
        writer.WriteBoolean("enabled", true);
        Texts(writer, "actions", SeccompCompiler.Actions);
        Texts(writer, "operators", SeccompCompiler.Operators);
        Texts(writer, "archs", SeccompCompiler.Architectures);
        Texts(writer, "knownFlags", SeccompPolicy.KnownFlags);
        Texts(writer, "supportedFlags", SeccompPolicy.KnownFlags);
        writer.WriteEndObject();
    }

    private static void Flags(Utf8JsonWriter writer, string name, params ReadOnlySpan<(string Name, bool Value)> values)
    {
        writer.WriteStartObject(name);
        foreach ((string flag, bool value) in values) writer.WriteBoolean(flag, value);
        writer.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
