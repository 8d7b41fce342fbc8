// Cancels a virtual account: go run cancel.go EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func env(name string) string {
	value := os.Getenv(name)
	if value == "" {
		fail(2, name+" is not set")
	}
	return value
}

func fail(code int, message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(code)
}

func main() {
	if len(os.Args) != 5 {
		fail(2, "usage: cancel EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL")
	}
	externalID, orderID := os.Args[1], os.Args[2]
	body, _ := json.Marshal(map[string]string{ // strings alone cannot fail
		"external_id":     externalID,
		"order_id":        orderID,
		"transaction_id":  os.Args[3],
		"payment_method":  "BANK_TRANSFER",
		"payment_channel": os.Args[4],
	})
	signature := sha256.Sum256([]byte(env("IFORTEPAY_HASH_KEY") + externalID + orderID))

	request, err := http.NewRequest("POST", env("IFORTEPAY_BASE_URL")+"/va/cancel", bytes.NewReader(body))
	if err != nil {
		fail(2, "IFORTEPAY_BASE_URL is not a URL")
	}
	request.SetBasicAuth(env("IFORTEPAY_MERCHANT_ID"), env("IFORTEPAY_SECRET_UNBOUND_ID"))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-req-signature", hex.EncodeToString(signature[:]))
	request.Header.Set("x-version", "v3")

	client := &http.Client{
		Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a redirect would carry the headers elsewhere
		},
	}
	response, err := client.Do(request)
	if err != nil {
		fail(1, "No answer. It may be cancelled all the same: ask /va/inquiry.\n"+err.Error())
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	fmt.Printf("HTTP %d\n%s\n", response.StatusCode, answer)
	if err != nil {
		fail(1, "The answer broke off. It may be cancelled all the same: ask /va/inquiry.\n"+err.Error())
	}
	if response.StatusCode/100 != 2 { // cancelled only if the body says CANCELED, with response_code 00
		os.Exit(1)
	}
}
