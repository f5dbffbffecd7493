namespace Gantry.Shim;

/// <summary>How far a log went at some moment: in which file, whatever that is called by now, and to which byte.</summary>
public sealed record LogEnd(ulong Device, ulong Inode, long Size);
