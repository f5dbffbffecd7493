using System.Globalization;
using System.Net;
using Gantry.Network.Ipam;

namespace Gantry.Daemon.Configuration;

/// <summary>Reads the values of options about networks.</summary>
internal static class NetworkValues
{
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static IPAddress Address(string option, string value) =>
        AddressText.TryParse(value, out IPAddress? address) ? address
            : throw GantryException.Invalid($"invalid value for {option}: {value} is not an ip address");

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static InterfaceAddress InterfaceAddress(string option, string value) =>
        AddressText.TryParseWithPrefix(value, out IPAddress? address, out int prefix) ? new InterfaceAddress(address, prefix)
            : throw GantryException.Invalid($"invalid value for {option}: invalid CIDR address: {value}");

    /// <summary><c>base=10.10.0.0/16,size=24</c>.</summary>
    /// <exception cref="GantryException">InvalidArgument, in Docker's words where it has some.</exception>
    public static SubnetPool Pool(string option, string value)
    {
        Subnet? range = null;
        int size = 0;
        foreach (string field in value.Split(','))
        {
            int equals = field.IndexOf('=');
            if (equals < 0) throw Refused($"invalid field '{field}' must be a key=value pair");
            string text = field[(equals + 1)..];
            switch (field[..equals].ToLowerInvariant())
            {
                case "base":
                    range = InterfaceAddress(option, text).Subnet;
                    break;
                case "size" when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out size):
                    break;
                case "size":
                    throw Refused($"invalid size value: \"{text}\" (must be integer)");
                default:
                    throw Refused($"unexpected key '{field[..equals]}' in '{field}'");
            }
        }
        return new SubnetPool(range ?? throw Refused($"\"{value}\" names no base"), size);

        GantryException Refused(string why) => GantryException.Invalid($"invalid value for {option}: {why}");
    }
}
