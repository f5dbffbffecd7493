using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Cli;

/// <summary>
/// The three standard streams, opened on the bare descriptors: the Console class would read terminfo and set the terminal up first,
/// which costs more than most commands take, and its input stream edits lines.
/// </summary>
internal static class StandardStreams
{
    public static Stream RawIn => field ??= Open(0, FileAccess.Read);
    public static Stream RawOut => field ??= Open(1, FileAccess.Write);
    public static Stream RawError => field ??= Open(2, FileAccess.Write);

    private static TextWriter? outWriter;
    public static TextWriter Out => outWriter ??= new StreamWriter(RawOut, new UTF8Encoding(false), 8192) { NewLine = "\n" };
    public static TextWriter Error => field ??= new StreamWriter(RawError, new UTF8Encoding(false), 1024) { AutoFlush = true, NewLine = "\n" };

    public static void Flush() => outWriter?.Flush();

    private static FileStream Open(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
