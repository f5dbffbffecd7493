using System.Runtime.CompilerServices;

namespace Gantry.Linux.Terminals;

/// <summary>What <see cref="Terminal.MakeRaw"/> has changed, for <see cref="Terminal.Restore"/>: struct termios of the kernel.</summary>
public readonly struct TerminalSettings
{
    internal readonly Flags Saved;

    internal TerminalSettings(Flags saved) => Saved = saved;

    /// <summary>The structure has 36 bytes; a newer kernel may write a little more.</summary>
    internal struct Flags
    {
        public uint Input, Output, Control, Local;
        public byte LineDiscipline;
        public Characters Characters;
    }

    [InlineArray(47)]
    internal struct Characters
    {
        private byte _first;
    }
}
