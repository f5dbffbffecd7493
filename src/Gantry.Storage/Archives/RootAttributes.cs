namespace Gantry.Storage.Archives;

/// <summary>What <c>/</c> of a layer looks like.</summary>
public sealed record RootAttributes(uint Mode, uint Uid, uint Gid);
