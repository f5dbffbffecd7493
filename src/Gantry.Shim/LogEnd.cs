namespace Gantry.Shim;

/// <summary>How far a log went at some moment: in which file, whatever that is called by now, and to which byte.</summary>
/// <param name="Birth">As in <c>FileIdentity</c>; shims of before do not say it.</param>
public sealed record LogEnd(ulong Device, ulong Inode, long Size, long Birth = 0);
