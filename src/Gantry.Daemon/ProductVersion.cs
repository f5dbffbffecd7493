using System.Reflection;

namespace Gantry.Daemon;

/// <summary>The version of this program.</summary>
internal static class ProductVersion
{
    public static readonly string Text = typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
