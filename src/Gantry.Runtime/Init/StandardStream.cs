using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Runtime.Init;

/// <summary>What 0, 1 and 2 are connected to.</summary>
internal static class StandardStream
{
    private const uint FirstPseudoTerminal = 136, LastPseudoTerminal = 143;

    /// <summary>A pipe, socket or terminal made for this process; not /dev/null or a file, which others use too.</summary>
    /// <remarks>The descriptor itself says so. Its link in /proc, which is the container's by now, could say anything.</remarks>
    internal static bool IsPrivate(SafeFileDescriptor stream)
    {
        (FileKind kind, uint major) = FileNature.KindAndMajor(stream);
        return kind is FileKind.Fifo or FileKind.Socket || (kind == FileKind.CharacterDevice && major is >= FirstPseudoTerminal and <= LastPseudoTerminal);
    }
}
