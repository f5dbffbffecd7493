namespace Gantry.Runtime.Init;

/// <summary>Names of kernel parameters.</summary>
internal static class Sysctl
{
    /// <summary><c>net.ipv4.conf.eth0/1.forwarding</c> → <c>net/ipv4/conf/eth0.1/forwarding</c>,
    /// as sysctl(8) reads either separator.</summary>
    /// <exception cref="GantryException">The name leads out of <c>/proc/sys</c>.</exception>
    public static string Path(string name)
    {
        int separator = name.AsSpan().IndexOfAny('.', '/');
        string path = separator >= 0 && name[separator] == '/'
            ? name
            : string.Create(name.Length, name, static (span, text) =>
            {
                for (int i = 0; i < text.Length; i++) span[i] = text[i] switch { '.' => '/', '/' => '.', char c => c };
            });
        foreach (string part in path.Split('/'))
            if (part is "" or "." or "..") throw GantryException.Invalid($"sysctl \"{name}\" is not a valid name");
        return path;
    }
}
