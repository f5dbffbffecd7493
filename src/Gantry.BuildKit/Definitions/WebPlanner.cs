using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>A file of the network: a tree with this one file.</summary>
internal static class WebPlanner
{
    private const string Nameless = "download";

    public static CopyVertex Plan(OpNode node)
    {
        SourceOp source = node.Op.Source;
        if (!Uri.TryCreate(source.Identifier, UriKind.Absolute, out Uri? address))
            throw GantryException.Invalid($"invalid address: {source.Identifier}");
        string name = Uri.UnescapeDataString(address.AbsolutePath.Split('/')[^1]), user = "0", group = "0";
        string? checksum = null, mode = null;
        foreach ((string attribute, string value) in source.Attrs)
        {
            switch (attribute)
            {
                case "http.checksum": checksum = value.Length > 0 ? value : null; break;
                case "http.filename": name = value; break;
                case "http.perm": mode = Octal(source, attribute, value); break;
                case "http.uid": user = Number(source, attribute, value); break;
                case "http.gid": group = Number(source, attribute, value); break;
                default: throw SourcePlanner.Unknown(source, attribute, value);
            }
        }
        if (name.Length == 0) name = Nameless;
        if (name is "." or ".." || name.Contains('/') || name.Contains('\0'))
            throw GantryException.Invalid($"the file of {source.Identifier} cannot be called {name}");
        return new CopyVertex
        {
            Title = node.Title, Below = GraphPlanner.Nothing, Sources = [new AddressSource(address, checksum)], Destination = "/" + name,
            Owner = $"{user}:{group}", Mode = mode, IsAdd = true, Unpack = false, IsAlwaysMade = node.Metadata.IgnoreCache,
        };
    }

    private static string Octal(SourceOp source, string name, string value) =>
        value.Length is > 0 and <= 5 && value.All(digit => digit is >= '0' and <= '7') ? value : throw Wrong(source, name, value);

    private static string Number(SourceOp source, string name, string value) =>
        value.Length is > 0 and <= 9 && value.All(char.IsAsciiDigit) ? value : throw Wrong(source, name, value);

    private static GantryException Wrong(SourceOp source, string name, string value) =>
        GantryException.Invalid($"invalid {name} of {source.Identifier}: {value}");
}
