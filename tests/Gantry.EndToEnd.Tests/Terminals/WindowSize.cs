using System.Runtime.InteropServices;

namespace Gantry.EndToEnd.Terminals;

/// <summary>The kernel's <c>struct winsize</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WindowSize
{
    public ushort Rows, Columns, WidthInPixels, HeightInPixels;
}
