using System.Text;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Tests.Brokers.Listener.Security;

public sealed class PlainExchangeTests
{
    private readonly PlainExchange _exchange = new(new PlainUsers(new Dictionary<string, string> { ["alice"] = " wonder=land " }));

    [Theory]
    [InlineData("\0alice\0 wonder=land ")]
    [InlineData("alice\0alice\0 wonder=land ")]
    public void Whoever_knows_the_password_is_let_in(string message)
    {
        Say(message).ShouldBeEmpty();

        (_exchange.IsComplete, _exchange.UserName).ShouldBe((true, "alice"));
    }

    [Theory]
    [InlineData("\0alice\0wonder=land")]
    [InlineData("\0Alice\0 wonder=land ")]
    [InlineData("\0nobody\0 wonder=land ")]
    [InlineData("admin\0alice\0 wonder=land ")]
    [InlineData("\0alice\0")]
    [InlineData("\0\0 wonder=land ")]
    [InlineData("\0alice\0 wonder=land \0")]
    [InlineData("alice")]
    [InlineData("")]
    public void Nobody_else_is(string message)
    {
        Should.Throw<SaslFailedException>(() => Say(message)).Message.ShouldNotContain("land");

        _exchange.IsComplete.ShouldBeFalse();
    }

    private byte[] Say(string message) => _exchange.Respond(Encoding.UTF8.GetBytes(message));
}
