using System.Globalization;
using Gantry.Api.Networks;

namespace Gantry.Cli.Options;

/// <summary>One <c>--network</c>: a name, or <c>name=net,alias=a,ip=10.0.0.2,mac-address=…,driver-opt=k=v,gw-priority=1</c>.</summary>
internal sealed class NetworkFlag
{
    public string Name { get; private set; } = "";
    public EndpointSettings Endpoint { get; } = new();
    /// <summary>More than the name was said.</summary>
    public bool HasOptions { get; private set; }

    public static NetworkFlag Parse(string text)
    {
        NetworkFlag network = new();
        if (!text.Contains("name=", StringComparison.Ordinal))
        {
            network.Name = text;
            return network;
        }
        foreach ((string key, string? value, string field) in CsvFields.Pairs(text))
        {
            if (value is null) throw new FormatException($"invalid key/value pair format in network options: {field}");
            if (key == "name") network.Name = value;
            else network.Set(key, value.Trim());
        }
        return network.Name.Length > 0 ? network : throw new FormatException("network name/id is not specified");
    }

    private void Set(string key, string value)
    {
        HasOptions = true;
        switch (key)
        {
            case "alias": (Endpoint.Aliases ??= []).Add(value); break;
            case "ip": Addresses.IPv4Address = value; break;
            case "ip6": Addresses.IPv6Address = value; break;
            case "link-local-ip": (Addresses.LinkLocalIPs ??= []).Add(value); break;
            case "mac-address": Endpoint.MacAddress = value; break;
            case "gw-priority": Endpoint.GwPriority = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out int priority) ? priority : throw new FormatException($"invalid gw-priority ({value})"); break;
            case "driver-opt":
                int equals = value.IndexOf('=');
                if (equals < 1) throw new FormatException($"invalid key value pair format in driver options: {value}");
                (Endpoint.DriverOpts ??= [])[value[..equals]] = value[(equals + 1)..];
                break;
            default: throw new FormatException($"invalid field key {key}");
        }
    }

    private EndpointIPAMConfig Addresses => Endpoint.IPAMConfig ??= new();

    /// <summary>Adds what the older, separate options say; they mean the first network.</summary>
    public void Merge(IEnumerable<string> aliases, string ip, string ip6, IEnumerable<string> linkLocal, string mac)
    {
        foreach (string alias in aliases) Set("alias", alias);
        foreach (string address in linkLocal) Set("link-local-ip", address);
        if (ip.Length > 0) Set("ip", ip);
        if (ip6.Length > 0) Set("ip6", ip6);
        if (mac.Length > 0) Set("mac-address", mac);
    }
}
