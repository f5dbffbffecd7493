namespace Gantry.Daemon.Configuration;

internal enum OptionKind
{
    Switch,
    Text,
    /// <summary>May be given several times.</summary>
    List,
}

/// <summary>One setting: its flag, its key in <c>daemon.json</c>, and where its value goes.</summary>
/// <param name="Flag">Long name without dashes; null: only in the file.</param>
/// <param name="Key">Null: only on the command line.</param>
/// <param name="Set">Called once per value; text as on the command line, whatever it came from.</param>
internal sealed record Option(string? Flag, string? Key, OptionKind Kind, string Help, Action<DaemonOptions, string> Set,
    char? Short = null)
{
    /// <summary>Changes nothing: why, in the words of the log.</summary>
    public static Option WithoutEffect(string flag, OptionKind kind, string reason, string? key = null) =>
        new(flag, key ?? flag, kind, reason, (options, value) => options.WithoutEffect.Add($"{flag}={value}: {reason}"));
}
