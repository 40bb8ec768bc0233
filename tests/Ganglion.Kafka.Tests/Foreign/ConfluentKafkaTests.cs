namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ConfluentKafkaTests(InvoiceHost host)
    : ForeignClientTests(host, new PythonClient(PythonClient.Confluent, host.BootstrapServers)), IClassFixture<InvoiceHost>;
