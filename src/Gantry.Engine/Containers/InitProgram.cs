using System.Buffers.Binary;
using Gantry.Linux.Processes;

namespace Gantry.Engine.Containers;

/// <summary>The small first process that <c>--init</c> puts before the command: the host's,
/// under any of the names that it goes by.</summary>
public static class InitProgram
{
    /// <summary>Where it is mounted inside.</summary>
    public const string InsidePath = "/sbin/docker-init";

    private static readonly string[] Names = ["docker-init", "tini-static", "tini", "catatonit"];
    private static readonly string[] Helpers =
        ["/usr/libexec/docker", "/usr/libexec/podman", "/usr/lib/podman", "/usr/local/libexec/podman"];

    /// <param name="configured">Goes before all others.</param>
    /// <returns>Null when there is none.</returns>
    public static string? Find(string? configured)
    {
        if (!string.IsNullOrEmpty(configured)) return configured;
        string[] found = [.. Names.Select(Look).OfType<string>()];
        // One that needs libraries of the host's finds none of them in most images.
        return found.FirstOrDefault(IsStatic) ?? found.FirstOrDefault();
    }

    private static string? Look(string name) =>
        ProgramLookup.Find(name) ?? Helpers.Select(directory => ProgramLookup.Find($"{directory}/{name}"))
            .FirstOrDefault(path => path is not null);

    /// <summary>Whether an ELF file of 64 bits names no interpreter: elf(5), PT_INTERP.</summary>
    private static bool IsStatic(string path)
    {
        const int headers = 32, headerSize = 54, headerCount = 56, interpreter = 3;
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] start = new byte[4096];
            ReadOnlySpan<byte> head = start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
            if (head.Length < 64 || !head.StartsWith("\u007fELF"u8)) return false;
            long at = BinaryPrimitives.ReadInt64LittleEndian(head[headers..]);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(head[headerSize..]),
                count = BinaryPrimitives.ReadUInt16LittleEndian(head[headerCount..]);
            for (int i = 0; i < count && at >= 0 && at + 4 <= head.Length; i++, at += size)
                if (BinaryPrimitives.ReadInt32LittleEndian(head[(int)at..]) == interpreter) return false;
            return true;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return false;
        }
    }
}
