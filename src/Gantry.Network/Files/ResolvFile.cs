using System.Net;
using System.Text;

namespace Gantry.Network.Files;

/// <summary>The content of a container's <c>/etc/resolv.conf</c>.</summary>
public static class ResolvFile
{
    private const string SystemPath = "/etc/resolv.conf";
    /// <summary>The real upstream servers when <see cref="SystemPath"/> names systemd-resolved's own listener,
    /// which no container can reach.</summary>
    private const string ResolvedPath = "/run/systemd/resolve/resolv.conf";
    private static readonly string[] Fallback = ["8.8.8.8", "8.8.4.4"];

    /// <summary>The host's file, or that of its systemd-resolved; empty when there is none.</summary>
    public static string ReadHost()
    {
        string text = ReadIfThere(SystemPath);
        List<string> servers = Values(text, "nameserver");
        return servers is ["127.0.0.53"] && File.Exists(ResolvedPath) ? ReadIfThere(ResolvedPath) : text;
    }

    /// <param name="host">The host's file.</param>
    /// <param name="servers">Replace the host's when not empty.</param>
    /// <param name="search">Replaces the host's when not empty; a single <c>.</c> means none at all.</param>
    /// <param name="options">Replace the host's when not empty.</param>
    /// <param name="ownNamespace">False for a container on the host's network, which reaches the host's loopback servers.</param>
    /// <param name="ipv6">The container has an IPv6 address; without one, the host's IPv6 servers would only cost it timeouts.</param>
    public static string Build(string host, IReadOnlyList<string> servers, IReadOnlyList<string> search, IReadOnlyList<string> options,
        bool ownNamespace = true, bool ipv6 = false)
    {
        if (!ownNamespace && servers.Count + search.Count + options.Count == 0) return host;
        StringBuilder text = new();
        foreach (string server in Servers(host, servers, ownNamespace, ipv6)) text.Append("nameserver ").Append(server).Append('\n');
        IReadOnlyList<string> domains = search.Count > 0 ? search : Domains(host);
        if (domains.Count > 0 && domains is not ["."]) text.Append("search ").AppendJoin(' ', domains).Append('\n');
        IReadOnlyList<string> flags = options.Count > 0 ? options : Values(host, "options");
        if (flags.Count > 0) text.Append("options ").AppendJoin(' ', flags).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<string> Servers(string host, IReadOnlyList<string> wanted, bool ownNamespace, bool ipv6)
    {
        if (wanted.Count > 0)
        {
            foreach (string server in wanted)
            {
                if (!AddressText.IsAddress(server)) throw GantryException.Invalid($"invalid nameserver address \"{server}\"");
            }
            return wanted;
        }
        List<string> reachable = Values(host, "nameserver");
        if (ownNamespace) reachable.RemoveAll(server => IsOnlyTheHosts(server) || (!ipv6 && server.Contains(':')));
        return reachable.Count > 0 || !ownNamespace ? reachable : Fallback;
    }

    /// <summary>Loopback is another machine inside the container, and a scoped address names an interface that is not there.</summary>
    private static bool IsOnlyTheHosts(string server) =>
        !AddressText.TryParse(server, out IPAddress? address) || IPAddress.IsLoopback(address);

    /// <summary>resolv.conf(5): of several <c>search</c> and <c>domain</c> lines the last one counts.</summary>
    private static List<string> Domains(string text)
    {
        List<string> domains = [];
        foreach (string[] words in Lines(text))
        {
            if (words[0] is "search" or "domain") domains = [.. words.Skip(1)];
        }
        return domains;
    }

    private static List<string> Values(string text, string keyword)
    {
        List<string> values = [];
        foreach (string[] words in Lines(text))
        {
            if (words[0] == keyword) values.AddRange(keyword == "nameserver" ? words.Skip(1).Take(1) : words.Skip(1));
        }
        return values;
    }

    private static IEnumerable<string[]> Lines(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1) yield return words;
        }
    }

    private static string ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }
}
