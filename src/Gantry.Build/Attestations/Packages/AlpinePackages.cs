using System.Text;

namespace Gantry.Build.Attestations.Packages;

/// <summary>The list of what apk has installed: a paragraph for each package, a letter for each field.</summary>
internal sealed class AlpinePackages(Action<InstalledPackage> found)
{
    private readonly Dictionary<byte, string> _fields = [];

    /// <summary>Takes one line; see <see cref="LineReader"/>.</summary>
    public void Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) End();
        else if (line.Length > 1 && line[1] == ':' && "PVAomL"u8.Contains(line[0]) && !_fields.ContainsKey(line[0]))
            _fields[line[0]] = Encoding.UTF8.GetString(line[2..]).Trim();
    }

    /// <summary>Ends the last paragraph.</summary>
    public void End()
    {
        if (_fields.TryGetValue((byte)'P', out string? name) && _fields.TryGetValue((byte)'V', out string? version))
            found(new InstalledPackage("apk", name, version, Of('A'), Of('o'), Of('m'), Of('L')));
        _fields.Clear();
    }

    private string Of(char letter) => _fields.GetValueOrDefault((byte)letter, "");
}
