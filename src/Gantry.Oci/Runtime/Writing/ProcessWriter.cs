using System.Text.Json;

namespace Gantry.Oci.Runtime.Writing;

/// <summary>Writes a process without the serializer's metadata; the counterpart of <see cref="Reading.ProcessReader"/>.</summary>
public static class ProcessWriter
{
    public static void Write(Utf8JsonWriter writer, OciProcess process)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("terminal", process.Terminal);
        if (process.ConsoleSize is { } size) WriteSize(writer, size);
        WriteUser(writer, process.User);
        WriteTexts(writer, "args", process.Args);
        WriteTexts(writer, "env", process.Env);
        writer.WriteString("cwd", process.Cwd);
        if (process.Capabilities is { } capabilities) WriteCapabilities(writer, capabilities);
        if (process.Rlimits is { } limits) WriteLimits(writer, limits);
        writer.WriteBoolean("noNewPrivileges", process.NoNewPrivileges);
        WriteText(writer, "apparmorProfile", process.ApparmorProfile);
        if (process.OomScoreAdj is { } score) writer.WriteNumber("oomScoreAdj", score);
        WriteText(writer, "selinuxLabel", process.SelinuxLabel);
        WriteScheduling(writer, process);
        writer.WriteEndObject();
    }

    private static void WriteSize(Utf8JsonWriter writer, OciConsoleSize size)
    {
        writer.WriteStartObject("consoleSize");
        writer.WriteNumber("height", size.Height);
        writer.WriteNumber("width", size.Width);
        writer.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter writer, OciUser user)
    {
        writer.WriteStartObject("user");
        writer.WriteNumber("uid", user.Uid);
        writer.WriteNumber("gid", user.Gid);
        if (user.Umask is { } umask) writer.WriteNumber("umask", umask);
        if (user.AdditionalGids is { } groups)
        {
            writer.WriteStartArray("additionalGids");
            foreach (uint group in groups) writer.WriteNumberValue(group);
            writer.WriteEndArray();
        }
        WriteText(writer, "username", user.Username);
        WriteTexts(writer, "additionalGroups", user.AdditionalGroups);
        writer.WriteEndObject();
    }

    private static void WriteCapabilities(Utf8JsonWriter writer, OciCapabilities sets)
    {
        writer.WriteStartObject("capabilities");
        WriteTexts(writer, "bounding", sets.Bounding);
        WriteTexts(writer, "effective", sets.Effective);
        WriteTexts(writer, "inheritable", sets.Inheritable);
        WriteTexts(writer, "permitted", sets.Permitted);
        WriteTexts(writer, "ambient", sets.Ambient);
        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, IReadOnlyList<OciRlimit> limits)
    {
        writer.WriteStartArray("rlimits");
        foreach (OciRlimit limit in limits)
        {
            writer.WriteStartObject();
            writer.WriteString("type", limit.Type);
            writer.WriteNumber("hard", limit.Hard);
            writer.WriteNumber("soft", limit.Soft);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteScheduling(Utf8JsonWriter writer, OciProcess process)
    {
        if (process.Scheduler is { } scheduler)
        {
            writer.WriteStartObject("scheduler");
            writer.WriteString("policy", scheduler.Policy);
            if (scheduler.Nice is { } nice) writer.WriteNumber("nice", nice);
            if (scheduler.Priority is { } priority) writer.WriteNumber("priority", priority);
            WriteTexts(writer, "flags", scheduler.Flags);
            if (scheduler.Runtime is { } runtime) writer.WriteNumber("runtime", runtime);
            if (scheduler.Deadline is { } deadline) writer.WriteNumber("deadline", deadline);
            if (scheduler.Period is { } period) writer.WriteNumber("period", period);
            writer.WriteEndObject();
        }
        if (process.IoPriority is { } io)
        {
            writer.WriteStartObject("ioPriority");
            writer.WriteString("class", io.Class);
            writer.WriteNumber("priority", io.Priority);
            writer.WriteEndObject();
        }
        if (process.ExecCPUAffinity is not { } affinity) return;
        writer.WriteStartObject("execCPUAffinity");
        WriteText(writer, "initial", affinity.Initial);
        WriteText(writer, "final", affinity.Final);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string>? values)
    {
        if (values is null) return;
        writer.WriteStartArray(name);
        foreach (string value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
