using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Daemon.Configuration;

namespace Gantry.Daemon.Http.Listening;

/// <summary>TLS for tcp addresses; with <c>--tlsverify</c> only clients that our CA has signed get in.</summary>
internal static class Tls
{
    /// <returns>Null when the configuration asks for none.</returns>
    /// <exception cref="GantryException">InvalidArgument: a certificate is missing or cannot be read.</exception>
    public static SslServerAuthenticationOptions? Load(DaemonOptions options)
    {
        if (!options.IsTls) return null;
        try
        {
            SslServerAuthenticationOptions tls =
                new() { ServerCertificate = X509Certificate2.CreateFromPemFile(options.TlsCertificate, options.TlsKey) };
            if (options.TlsVerify) RequireClients(tls, options.TlsCaCertificate);
            return tls;
        }
        catch (Exception e) when (e is CryptographicException or IOException or ArgumentException)
        {
            throw GantryException.Invalid($"could not load X509 key pair (cert: \"{options.TlsCertificate}\", key: \"{options.TlsKey}\", "
                + $"CA: \"{options.TlsCaCertificate}\"): {e.Message}");
        }
    }

    private static void RequireClients(SslServerAuthenticationOptions tls, string caFile)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile(caFile);
        tls.ClientCertificateRequired = true;
        tls.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 client
            && IsSigned(client, authorities);
    }

    private static bool IsSigned(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // Client authentication: a server's certificate of the same CA must not open the API.
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }
}
