using System.Globalization;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Processes;

/// <summary>Gives back the pages of program files that this process has mapped and never changed; what is needed again comes back from the page cache.</summary>
public static partial class CleanPages
{
    private const int MADV_DONTNEED = 4;

    /// <remarks>Private mappings without a single changed page alone: from any other this advice would throw data away.</remarks>
    public static unsafe void Drop()
    {
        (nuint Start, nuint End) mapping = default;
        bool fromFile = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (TryParseHeader(line, out (nuint, nuint) found, out bool readOnlyFile)) (mapping, fromFile) = (found, readOnlyFile);
            else if (fromFile && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.AsSpan(10).Trim().SequenceEqual("0 kB"))
                madvise((void*)mapping.Start, mapping.End - mapping.Start, MADV_DONTNEED);
        }
    }

    /// <summary>For example <c>55b7ee12b000-55b7ee3e2000 r-xp 0000b000 08:01 1234    /usr/bin/gantry-runtime</c>.</summary>
    private static bool TryParseHeader(ReadOnlySpan<char> line, out (nuint Start, nuint End) range, out bool readOnlyFile)
    {
        (range, readOnlyFile) = (default, false);
        int dash = line.IndexOf('-'), space = line.IndexOf(' ');
        if (dash <= 0 || space < dash || !nuint.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint start)
            || !nuint.TryParse(line[(dash + 1)..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint end)) return false;
        range = (start, end);
        ReadOnlySpan<char> rest = line[(space + 1)..];
        readOnlyFile = (rest.StartsWith("r-xp") || rest.StartsWith("r--p")) && rest.Contains('/');
        return true;
    }

    [LibraryImport("libc", SetLastError = true)] private static unsafe partial int madvise(void* start, nuint length, int advice);
}
