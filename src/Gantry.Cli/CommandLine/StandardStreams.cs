using System.Text;
using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>
/// The three standard streams, opened on the bare descriptors: the Console class would read terminfo and set the terminal up first,
/// which costs more than most commands take, and its input stream edits lines. FileStream writes to a file at a position of its own and
/// so over what others write there.
/// </summary>
internal static class StandardStreams
{
    public static Stream RawIn => field ??= new DescriptorStream(0);
    public static Stream RawOut => field ??= new DescriptorStream(1);
    public static Stream RawError => field ??= new DescriptorStream(2);

    private static TextWriter? _outWriter;
    public static TextWriter Out => _outWriter ??= new StreamWriter(RawOut, new UTF8Encoding(false), 8192) { NewLine = "\n" };
    public static TextWriter Error =>
        field ??= new StreamWriter(RawError, new UTF8Encoding(false), 1024) { AutoFlush = true, NewLine = "\n" };

    public static void Flush() => _outWriter?.Flush();
}
