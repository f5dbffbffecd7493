namespace Gantry.Engine.Containers;

/// <summary>A container whose records are damaged: nothing of it is touched until somebody mends or removes it.</summary>
/// <param name="Reason">What is wrong with them.</param>
/// <param name="Record">Null when it is the one that cannot be read.</param>
/// <param name="Name">Its own, as far as what is left of the record says it; null for one that is not known.</param>
public sealed record SetAsideContainer(string Id, string Reason, ContainerRecord? Record, string? Name);
