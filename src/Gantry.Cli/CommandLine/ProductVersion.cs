using System.Reflection;
using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>The version that this program was built as.</summary>
internal static class ProductVersion
{
    public static string Text { get; } = typeof(ProductVersion).Assembly.GetName().Version is { } version ? version.ToString(3) : "0.0.0";
}
