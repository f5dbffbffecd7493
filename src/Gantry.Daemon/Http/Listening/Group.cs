using System.Globalization;

namespace Gantry.Daemon.Http.Listening;

/// <summary>Groups of the host, from <c>/etc/group</c>.</summary>
internal static class Group
{
    /// <summary>Tried in order when none was asked for.</summary>
    private static readonly string[] Usual = ["gantry", "docker"];

    /// <returns>The group of the socket; null when none was asked for and none of the usual ones exists.</returns>
    /// <exception cref="GantryException">InvalidArgument: the one asked for does not exist.</exception>
    public static uint? OfSocket(string asked)
    {
        if (asked.Length == 0) return Usual.Select(Find).FirstOrDefault(id => id is not null);
        if (uint.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)) return number;
        return Find(asked)
            ?? throw GantryException.Invalid($"group {asked} not found: create it (groupadd {asked}) or choose another with --group");
    }

    private static uint? Find(string name)
    {
        if (!File.Exists("/etc/group")) return null;
        foreach (string line in File.ReadLines("/etc/group"))
            if (line.Split(':') is [var group, _, var id, ..] && group == name && uint.TryParse(id, out uint number)) return number;
        return null;
    }
}
