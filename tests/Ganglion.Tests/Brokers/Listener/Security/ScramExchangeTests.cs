using System.Security.Cryptography;
using System.Text;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Tests.Brokers.Listener.Security;

public sealed class ScramExchangeTests
{
    // RFC 7677, section 3: user, password, salt, iterations, both nonces and what each side says.
    private const string ClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ClientFinal = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static readonly Dictionary<string, string> Users = new() { ["user"] = "pencil", ["a,b=c"] = "pencil" };

    [Fact]
    public void The_exchange_of_the_RFC_is_spoken()
    {
        ScramExchange exchange = Example();

        Say(exchange, ClientFirst).ShouldBe(ServerFirst);
        exchange.IsComplete.ShouldBeFalse();
        Say(exchange, ClientFinal).ShouldBe(ServerFinal);

        exchange.IsComplete.ShouldBeTrue();
        exchange.UserName.ShouldBe("user");
    }

    [Theory]
    [InlineData("biws", "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", true)]
    [InlineData("biws", "rOprNGfwEbeRWgbNEkqOrOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", true)] // As librdkafka did before 2.6.1.
    [InlineData("biws", "another%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", false)]
    [InlineData("eSws", "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", false)] // Another header: "y,,".
    public void The_header_and_the_nonces_of_both_are_said_again(string header, string nonces, bool isTaken)
    {
        ScramExchange exchange = Example();
        Say(exchange, ClientFirst);
        string signed = $"c={header},r={nonces}";
        string final = $"{signed},p={Prove($"{ClientFirst[3..]},{ServerFirst},{signed}")}";

        if (!isTaken)
        {
            Should.Throw<SaslFailedException>(() => Say(exchange, final));
            return;
        }

        Say(exchange, final).ShouldStartWith("v=");
    }

    [Theory]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")] // Another proof.
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA")] // One that is too short.
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=")] // None.
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")] // The client's nonce only.
    [InlineData("c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")] // Another header: "y,,".
    [InlineData("")]
    [InlineData(",p=")]
    public void Whoever_proves_nothing_is_refused(string final)
    {
        ScramExchange exchange = Example();
        Say(exchange, ClientFirst);

        Should.Throw<SaslFailedException>(() => Say(exchange, final));

        exchange.IsComplete.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("n=user,r=abc")] // No header.
    [InlineData("p=tls-unique,,n=user,r=abc")] // Channel binding.
    [InlineData("n,,n=,r=abc")] // No name.
    [InlineData("n,,n=user,r=")] // No nonce.
    [InlineData("n,,n=user,r=a b")] // A nonce that is not printable.
    [InlineData("n,,n=user")]
    [InlineData("n,,m=new,n=user,r=abc")] // An extension that must be understood.
    [InlineData("n,,n=us=er,r=abc")] // Something else that is escaped.
    [InlineData("n,a=admin,n=user,r=abc")] // Somebody else's name.
    public void Whoever_begins_otherwise_is_refused(string first) => Should.Throw<SaslFailedException>(() => Say(Example(), first));

    [Theory]
    [InlineData("y,,n=user,r=abc", "user")]
    [InlineData("n,a=user,n=user,r=abc", "user")]
    [InlineData("n,,n=a=2Cb=3Dc,r=abc", "a,b=c")]
    [InlineData("n,,n=user,r=abc,tokenauth=true", "user")]
    public void Names_and_headers_have_several_forms(string first, string user)
    {
        ScramExchange exchange = Example();

        Say(exchange, first).ShouldStartWith("r=abc");

        exchange.UserName.ShouldBe(user);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Should.Throw<SaslFailedException>(() => Example().Respond([0xC3, 0x28]));

    [Fact]
    public void An_exchange_ends_once()
    {
        ScramExchange exchange = Example();
        Say(exchange, ClientFirst);
        Say(exchange, ClientFinal);

        Should.Throw<SaslFailedException>(() => Say(exchange, ClientFinal));
    }

    [Fact]
    public void Who_is_unknown_looks_like_a_user()
    {
        var users = new ScramUsers(HashAlgorithmName.SHA256, Users, 5000);

        ScramCredential nobody = users.Find("nobody");

        nobody.Salt.ShouldBe(users.Find("nobody").Salt, "It is the same each time.");
        nobody.Salt.ShouldNotBe(users.Find("no one").Salt);
        (nobody.Iterations, nobody.Salt.Length, nobody.StoredKey.Length).ShouldBe((5000, users.Find("user").Salt.Length, users.Find("user").StoredKey.Length));
        users.Find("user").ShouldBeSameAs(users.Find("user"));
        new ScramUsers(HashAlgorithmName.SHA256, Users, 5000).Find("nobody").Salt.ShouldNotBe(nobody.Salt, "Nobody can tell beforehand what it will be.");
    }

    // What a client does who knows the password: RFC 5802, section 3.
    private static string Prove(string all)
    {
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096, HashAlgorithmName.SHA256, 32);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        byte[] signature = HMACSHA256.HashData(SHA256.HashData(clientKey), Encoding.UTF8.GetBytes(all));
        return Convert.ToBase64String([.. clientKey.Zip(signature, static (key, sign) => (byte)(key ^ sign))]);
    }

    private static ScramExchange Example()
    {
        var credential = ScramCredential.Derive(HashAlgorithmName.SHA256, "pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
        return new ScramExchange(HashAlgorithmName.SHA256, _ => credential, ServerNonce);
    }

    private static string Say(ScramExchange exchange, string message) => Encoding.UTF8.GetString(exchange.Respond(Encoding.UTF8.GetBytes(message)));
}
