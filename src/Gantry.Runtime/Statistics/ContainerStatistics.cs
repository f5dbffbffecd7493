using System.Text.Json;
using Gantry.Runtime.Cgroups;

namespace Gantry.Runtime.Statistics;

/// <summary>What a container uses, with the members of runc's <c>events --stats</c>: nanoseconds and bytes,
/// whichever cgroup version they come from.</summary>
internal static class ContainerStatistics
{
    public static void Write(Utf8JsonWriter writer, ContainerCgroup cgroup)
    {
        if (cgroup is CgroupV1 v1) new StatisticsV1(v1).Write(writer);
        else if (cgroup.MemoryDirectory is { } directory) new StatisticsV2(directory).Write(writer);
        Object(writer, "intel_rdt", static () => { });
        writer.WriteNull("network_interfaces");
    }

    public static void Object(Utf8JsonWriter writer, string name, Action members)
    {
        writer.WriteStartObject(name);
        members();
        writer.WriteEndObject();
    }

    public static void Numbers(Utf8JsonWriter writer, string name, IEnumerable<ulong> values)
    {
        writer.WriteStartArray(name);
        foreach (ulong value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    /// <summary>One value of a block device: <c>{"major":8,"minor":0,"op":"Read","value":4096}</c>.</summary>
    public static void Entry(Utf8JsonWriter writer, string device, string operation, ulong value)
    {
        string[] numbers = device.Split(':');
        writer.WriteStartObject();
        writer.WriteNumber("major", ulong.Parse(numbers[0]));
        writer.WriteNumber("minor", ulong.Parse(numbers[1]));
        if (operation.Length > 0) writer.WriteString("op", operation);
        writer.WriteNumber("value", value);
        writer.WriteEndObject();
    }
}
