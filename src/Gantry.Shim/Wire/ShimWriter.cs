using System.Buffers;
using System.Text.Json;

namespace Gantry.Shim.Wire;

/// <summary>Writes what a shim says, without the serializer's metadata; the daemon reads it with <see cref="ShimJson"/>.</summary>
public static class ShimWriter
{
    /// <remarks><see cref="ShimMessage.Process"/>, <see cref="ShimMessage.Resources"/> and the rest of what only a daemon says are left
    /// out.</remarks>
    public static ReadOnlySpan<byte> Message(ShimMessage message)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using Utf8JsonWriter writer = new(buffer);
        writer.WriteStartObject();
        writer.WriteString("type", message.Type);
        if (message.Sequence != 0) writer.WriteNumber("sequence", message.Sequence);
        if (message.Pid != 0) writer.WriteNumber("pid", message.Pid);
        if (message.ExecId is not null) writer.WriteString("execId", message.ExecId);
        if (message.Error is not null) writer.WriteString("error", message.Error);
        if (message.Step is not null) writer.WriteString("step", message.Step);
        if (message.Errno != 0) writer.WriteNumber("errno", message.Errno);
        if (message.Status is not null) writer.WriteString("status", message.Status);
        if (message.Exit is { } exit) WriteExit(writer, "exit", exit);
        if (message.LogEnd is { } end) WriteLogEnd(writer, end);
        if (message.Protocol != 0) writer.WriteNumber("protocol", message.Protocol);
        WriteTexts(writer, "abilities", message.Abilities);
        WriteExecs(writer, message);
        WriteTexts(writer, "notes", message.Notes);
        WritePhases(writer, message.Phases);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>The content of an exit file.</summary>
    public static ReadOnlySpan<byte> Exit(ExitStatus exit)
    {
        ArrayBufferWriter<byte> buffer = new(128);
        using Utf8JsonWriter writer = new(buffer);
        WriteExit(writer, null, exit);
        writer.Flush();
        return buffer.WrittenSpan;
    }

    private static void WriteExit(Utf8JsonWriter writer, string? name, ExitStatus exit)
    {
        if (name is null) writer.WriteStartObject();
        else writer.WriteStartObject(name);
        writer.WriteNumber("code", exit.Code);
        if (exit.OomKilled) writer.WriteBoolean("oomKilled", true);
        writer.WriteString("at", exit.At);
        writer.WriteEndObject();
    }

    private static void WriteLogEnd(Utf8JsonWriter writer, LogEnd end)
    {
        writer.WriteStartObject("logEnd");
        writer.WriteNumber("device", end.Device);
        writer.WriteNumber("inode", end.Inode);
        writer.WriteNumber("size", end.Size);
        writer.WriteNumber("birth", end.Birth);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string>? texts)
    {
        if (texts is null) return;
        writer.WriteStartArray(name);
        foreach (string text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteExecs(Utf8JsonWriter writer, ShimMessage message)
    {
        WriteTexts(writer, "execs", message.Execs);
        if (message.EndedExecs is not { } ended) return;
        writer.WriteStartArray("endedExecs");
        foreach (ExecExit one in ended)
        {
            writer.WriteStartObject();
            writer.WriteString("execId", one.ExecId);
            WriteExit(writer, "exit", one.Exit);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WritePhases(Utf8JsonWriter writer, IReadOnlyList<PhaseTime>? phases)
    {
        if (phases is null) return;
        writer.WriteStartArray("phases");
        foreach (PhaseTime phase in phases)
        {
            writer.WriteStartObject();
            writer.WriteString("name", phase.Name);
            writer.WriteNumber("microseconds", phase.Microseconds);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
