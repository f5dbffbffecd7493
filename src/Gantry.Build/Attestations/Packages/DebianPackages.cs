using System.Text;

namespace Gantry.Build.Attestations.Packages;

/// <summary>The list of what dpkg has installed: deb-control(5), a paragraph for each package.</summary>
internal sealed class DebianPackages(Action<InstalledPackage> found)
{
    private static readonly string[] Needed = ["Package", "Version", "Status", "Architecture", "Source", "Maintainer"];

    private readonly Dictionary<string, string> _fields = [];

    /// <summary>Takes one line; see <see cref="LineReader"/>.</summary>
    public void Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) End();
        // What goes on begins with a space.
        else if (line[0] is not ((byte)' ' or (byte)'\t') && line.IndexOf((byte)':') is > 0 and var colon)
            foreach (string name in Needed)
                if (Ascii.EqualsIgnoreCase(line[..colon], name)) _fields[name] = Encoding.UTF8.GetString(line[(colon + 1)..]).Trim();
    }

    /// <summary>Ends the last paragraph: one of which only its settings are left is no package.</summary>
    public void End()
    {
        if (_fields.TryGetValue("Package", out string? name) && _fields.TryGetValue("Version", out string? version)
            && (!_fields.TryGetValue("Status", out string? status) || status.EndsWith(" installed", StringComparison.Ordinal)))
            found(new InstalledPackage("deb", name, version, Of("Architecture"), Of("Source").Split(' ')[0], Of("Maintainer"), ""));
        _fields.Clear();
    }

    private string Of(string name) => _fields.GetValueOrDefault(name, "");
}
