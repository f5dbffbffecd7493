using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Linux.Accounts;

/// <summary>/etc/passwd and /etc/group of a container: files that anybody may have written anything into.</summary>
public static class AccountFile
{
    private const int MaxFile = 4 << 20, MaxLine = 64 << 10;

    /// <returns>The fields of each well-formed line; nothing when there is no such file, or it is none of accounts.</returns>
    public static IEnumerable<string[]> Read(string path, int minimumFields)
    {
        foreach (string line in Lines(path))
        {
            if (line.Length is 0 or > MaxLine || line[0] == '#') continue;
            string[] fields = line.Split(':');
            if (fields.Length >= minimumFields) yield return fields;
        }
    }

    private static string[] Lines(string path)
    {
        using SafeFileDescriptor? file = Open(path);
        if (file is null) return [];
        byte[] buffer = new byte[8192];
        int length = 0;
        try
        {
            int count;
            while (length < MaxFile && (count = Descriptor.Read(file.Number, buffer.AsSpan(length))) > 0)
            {
                length += count;
                if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
            }
        }
        catch (KernelException)
        {
            return [];
        }
        return Encoding.UTF8.GetString(buffer, 0, length).Split('\n');
    }

    // Opening a device can do things, opening a FIFO can wait for ever, and a link to /proc could show us what the container may not see:
    // so it is looked at before it is opened, and again afterwards, should it have been exchanged in between.
    private static SafeFileDescriptor? Open(string path)
    {
        if (FileNature.KindOf(path) != FileKind.Regular) return null;
        SafeFileDescriptor? file =
            LinuxFile.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.NonBlock | OpenFlags.NoControllingTerminal, out _);
        if (file is null
            || (FileNature.KindOf(file) == FileKind.Regular && FileNature.FileSystemOf(file) is not (FileNature.Proc or FileNature.Sysfs)))
            return file;
        file.Dispose();
        return null;
    }
}
