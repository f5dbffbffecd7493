using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Init;

/// <summary>/etc/passwd and /etc/group of a container: files that anybody may have written anything into.</summary>
internal static class AccountFile
{
    private const int MaxFile = 4 << 20, MaxLine = 64 << 10;

    /// <returns>The fields of each well-formed line; nothing when there is no such file.</returns>
    internal static IEnumerable<string[]> Read(string path, int minimumFields)
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
        // Non-blocking, so that a FIFO in the file's place does not hold us for ever.
        SafeFileDescriptor? file = LinuxFile.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.NonBlock, out _);
        if (file is null) return [];
        using (file)
        {
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
    }
}
