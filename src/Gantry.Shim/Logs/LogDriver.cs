namespace Gantry.Shim.Logs;

/// <summary>The log drivers that a shim has a sink for, by the names that users know.</summary>
public static class LogDriver
{
    public const string JsonFile = "json-file", Local = "local", None = "none";

    public static readonly IReadOnlyList<string> All = [JsonFile, Local, None];
}
