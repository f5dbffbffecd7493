using System.Globalization;
using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Linux.Mounts;

/// <summary>One mount as a process sees it.</summary>
/// <param name="Device">Major and minor number of the file system, <c>8:1</c>.</param>
/// <param name="Place">The mount point.</param>
/// <param name="Type">Of the file system: <c>ext4</c>, <c>fuse.sshfs</c>.</param>
/// <param name="Options">Those of the file system, not of the mount.</param>
/// <param name="IsShared">What is mounted or unmounted below it is so below its peers too.</param>
public sealed record MountEntry(int Id, string Device, string Place, string Type, string Options, bool IsShared);

/// <summary>The mounts of a process, in the order of their mounting: proc_pid_mountinfo(5).</summary>
public static class MountTable
{
    private const int Limit = 64 << 20;

    public static IReadOnlyList<MountEntry> Own() => Parse(LinuxFile.ReadText("/proc/self/mountinfo", limit: Limit));

    /// <exception cref="KernelException">ENOENT: there is no such process.</exception>
    public static IReadOnlyList<MountEntry> Of(int pid) => Parse(LinuxFile.ReadText($"/proc/{pid}/mountinfo", limit: Limit));

    /// <param name="process">Its directory in procfs, which need not be mounted any more.</param>
    public static IReadOnlyList<MountEntry> Of(SafeFileDescriptor process) => Parse(LinuxFile.ReadText("mountinfo", process, Limit));

    // 36 35 98:0 /root /mount/point options optional… - type source super-options
    public static IReadOnlyList<MountEntry> Parse(string text)
    {
        List<MountEntry> entries = [];
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (dash < 0 || dash + 1 >= fields.Length
                || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            bool isShared = fields[6..dash].Any(field => field.StartsWith("shared:", StringComparison.Ordinal));
            entries.Add(new MountEntry(id, fields[2], Unescape(fields[4]), fields[dash + 1], fields[^1], isShared));
        }
        return entries;
    }

    // Blank, tab, newline and backslash are written as three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            bool escaped = text[i] == '\\' && i + 3 < text.Length;
            plain.Append(escaped ? (char)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0') : text[i]);
            if (escaped) i += 3;
        }
        return plain.ToString();
    }
}
