using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Linux.Trees;

namespace Gantry.Registry.Hosts;

/// <summary>What is configured of a host's TLS: authorities trusted for it besides the system's, and certificates to show it.
/// Read anew for each operation.</summary>
internal sealed class HostCertificates
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2Collection _own = [];
    /// <summary>What came beside our certificate in its file: the authorities between it and the one that the server knows.</summary>
    private readonly X509Certificate2Collection _between = [];
    private readonly bool _any;

    /// <param name="directory">Has a directory for each host with <c>*.crt</c>, <c>*.cert</c> and <c>*.key</c>.</param>
    /// <exception cref="GantryException">Invalid: a file is missing or damaged, or a certificate lacks its key.</exception>
    public HostCertificates(string directory, RegistryHost host)
    {
        _any = host.AnyCertificate;
        foreach (string file in host.Authorities) Trust(file);
        foreach ((string certificate, string key) in host.ClientCertificates) Show(certificate, key);
        string path = Path.Combine(directory, host.Name);
        if (!Directory.Exists(path)) return;
        foreach (string file in OwnDirectory.Files(path, ".crt")) Trust(file);
        foreach (string file in OwnDirectory.Files(path, ".cert"))
        {
            string key = Path.ChangeExtension(file, ".key");
            if (!File.Exists(key))
                throw GantryException.Invalid($"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(file)}. CA "
                    + $"certificates must use the extension .crt");
            Show(file, key);
        }
    }

    public SslClientAuthenticationOptions Options => new()
    {
        ClientCertificates = _own,
        ClientCertificateContext = _own.Count == 1 ? SslStreamCertificateContext.Create(_own[0], _between, offline: true) : null,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _any || errors == SslPolicyErrors.None
            || IsOfOurAuthority(certificate, chain, errors),
    };

    private bool IsOfOurAuthority(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (_authorities.Count == 0 || certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors) return false;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        // The authorities of a private registry hardly ever publish revocations.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
            foreach (X509ChainElement element in presented.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        using X509Certificate2 leaf = new(certificate);
        return chain.Build(leaf);
    }

    private void Trust(string file) => Load(file, () => _authorities.ImportFromPemFile(file));

    private void Show(string certificate, string key) => Load(certificate, () =>
    {
        _own.Add(X509Certificate2.CreateFromPemFile(certificate, key));
        _between.ImportFromPemFile(certificate);
    });

    private static void Load(string file, Action load)
    {
        try
        {
            load();
        }
        catch (Exception e) when (Expected.OfSystem(e) || e is CryptographicException)
        {
            throw GantryException.Invalid($"{file}: {e.Message}");
        }
    }
}
