using System.Net;
using Gantry.Api.Containers;
using Gantry.Network.Files;

namespace Gantry.Engine.Containers.Checks;

/// <summary>What goes into a container's /etc/hosts and /etc/resolv.conf.</summary>
internal static class NameResolutionCheck
{
    public static void Run(HostConfig host)
    {
        foreach (string extra in host.ExtraHosts ?? []) HostsFile.Check(extra);
        foreach (string server in host.Dns)
            if (!AddressText.IsAddress(server)) throw GantryException.Invalid($"invalid nameserver address \"{server}\"");
        Words("DnsSearch", host.DnsSearch);
        Words("DnsOptions", host.DnsOptions);
    }

    /// <remarks>A line break would write lines of its own into the file.</remarks>
    private static void Words(string field, List<string> words)
    {
        foreach (string word in words)
            if (word.Any(static c => char.IsControl(c))) throw GantryException.Invalid($"invalid {field}: it holds a control character");
    }
}
