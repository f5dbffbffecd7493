namespace Gantry.Workloads;

/// <summary>Variables of an environment, each <c>NAME=value</c>.</summary>
public static class ProcessEnvironment
{
    public const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>What a process has before anybody says more.</summary>
    /// <param name="terminal">Whether this very process has one.</param>
    public static List<string> Defaults(string hostname, bool terminal)
    {
        List<string> list = [DefaultPath, "HOSTNAME=" + hostname];
        if (terminal) list.Add("TERM=xterm");
        return list;
    }

    /// <summary>A later NAME=value replaces the earlier one in its place; a bare NAME removes it.</summary>
    public static void Merge(List<string> environment, IReadOnlyList<string>? changes)
    {
        foreach (string change in changes ?? [])
        {
            int equals = change.IndexOf('=');
            string prefix = (equals < 0 ? change : change[..equals]) + "=";
            int at = environment.FindIndex(entry => entry.StartsWith(prefix, StringComparison.Ordinal));
            if (equals < 0)
            {
                if (at >= 0) environment.RemoveAt(at);
            }
            else if (at >= 0) environment[at] = change;
            else environment.Add(change);
        }
    }
}
