using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>A line of the command table.</summary>
/// <param name="Path">Its full name: <c>container run</c>, or one word for a command that belongs to no noun.</param>
/// <param name="Create">Makes the command; called only when it is the one.</param>
/// <param name="Aliases">Other full names; a one-word alias is the short form at the top (<c>run</c>).</param>
internal sealed record CommandEntry(string Path, string Summary, Func<Command> Create, params string[] Aliases)
{
    public bool IsCalled(string path) => Path == path || Array.IndexOf(Aliases, path) >= 0;

    /// <summary>The one-word form, or null.</summary>
    public string? TopName => Path.Contains(' ') ? Array.Find(Aliases, alias => !alias.Contains(' ')) : Path;
}
