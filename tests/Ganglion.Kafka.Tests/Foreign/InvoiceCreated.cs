namespace Ganglion.Kafka.Tests.Foreign;

public sealed record InvoiceCreated(string InvoiceId, decimal Amount);
