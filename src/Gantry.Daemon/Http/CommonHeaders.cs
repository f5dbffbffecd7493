using Microsoft.AspNetCore.Http;

namespace Gantry.Daemon.Http;

/// <summary>What every answer says about us; clients negotiate the version by it.</summary>
internal static class CommonHeaders
{
    public static readonly IReadOnlyList<(string Name, string Value)> All =
    [
        ("Api-Version", ApiVersion.Newest.ToString()),
        ("Docker-Experimental", "false"),
        ("Ostype", "linux"),
        ("Server", $"Gantry/{ProductVersion.Text} (linux)"),
    ];

    public static void Set(IHeaderDictionary headers)
    {
        foreach ((string name, string value) in All) headers[name] = value;
    }
}
