namespace Gantry.Build.Attestations.Packages;

/// <summary>The packages that are found, each once, as far as a document can name them.</summary>
internal sealed class PackageList
{
    /// <summary>Packages, and characters of all that is said of them: large images have a tenth of it.</summary>
    public const int Most = 20_000, MostText = 4 << 20;

    private readonly HashSet<InstalledPackage> _packages = [];
    private int _text;

    public IEnumerable<InstalledPackage> All => _packages;

    /// <param name="path">Of the list that names it.</param>
    /// <exception cref="GantryException">Invalid: there are too many.</exception>
    public void Add(InstalledPackage package, string path)
    {
        if (!_packages.Add(package)) return;
        if (_packages.Count > Most)
            throw GantryException.Invalid($"the scan for packages: {path} names more than {Most}");
        _text += package.Name.Length + package.Version.Length + package.Architecture.Length + package.Source.Length
            + package.Supplier.Length + package.License.Length;
        if (_text > MostText)
            throw GantryException.Invalid($"the scan for packages: what {path} says of them has more than {MostText} characters");
    }
}
