namespace Gantry.Engine.Volumes;

/// <summary>Who mounts a volume, and where.</summary>
public sealed record VolumeUse(string Container, string Destination, bool ReadWrite, string Propagation);
