namespace Gantry.Build.Files;

/// <summary>A source of COPY or ADD that is not there. What is said of it depends on the client, so the caller says it.</summary>
/// <param name="name">As it is written, or what a pattern has found that leads nowhere.</param>
public sealed class MissingSourceException(string name) : Exception($"\"{name}\": not found")
{
    public string Name { get; } = name;
}
